// What is typed over a selection is put there by the editor. Left to the browser, joining the lines around it writes styles into
// the markup, which the content security policy refuses, and complains of.
import { EditorView } from '@codemirror/view';

export const typingOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType, isComposing } = event;
    const { main, ranges } = view.state.selection;
    if (inputType !== 'insertText' || data === null || isComposing || ranges.every(({ empty }) => empty))
      return false;
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    const isHandled = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, main.from, main.to, data, insert));
    if (!isHandled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});
