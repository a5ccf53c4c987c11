// An editor in a shadow root: the only place where CodeMirror's styles need no <style> element, which the content security
// policy forbids (there it uses constructed sheets).
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

const HINT_ID = 'hint';

/** The shadow root of `host`, empty but for a hint that fields in it may be described by. */
export function shadowOf(host: HTMLElement, hint: string | null): ShadowRoot {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  if (hint !== null) {
    const element = document.createElement('span');
    element.id = HINT_ID;
    element.hidden = true;
    element.textContent = hint;
    root.append(element);
  }
  return root;
}

export function openEditor(
  host: HTMLElement,
  options: {
    readonly doc: string;
    readonly label: string;
    readonly hint: string | null;
    readonly extensions: Extension;
  },
): EditorView {
  const { doc, label, hint, extensions } = options;
  const root = shadowOf(host, hint);
  const attributes = { 'aria-label': label, ...(hint === null ? {} : { 'aria-describedby': HINT_ID }) };
  const state = EditorState.create({
    doc,
    extensions: [extensions, EditorView.contentAttributes.of(attributes)],
  });
  return new EditorView({ state, parent: root, root });
}
