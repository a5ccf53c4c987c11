// Offers what can stand at the cursor: the language's own words, and names that exist.
import { autocompletion, type Completion, type CompletionContext } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import type { CodeLanguage } from './file-language.ts';
import { offersAt, type CodeNames, type Offer } from './offers.ts';

/** Names that lie further above are no part of the policy that is being written. */
const LOOK_BACK = 8_192;

export function completeFrom(names: () => CodeNames | undefined, language: CodeLanguage): Extension {
  if (language !== 'cedar') return [];
  return autocompletion({ override: [(context) => complete(context, names())], icons: false });
}

function complete(context: CompletionContext, names: CodeNames | undefined) {
  const start = Math.max(0, context.pos - LOOK_BACK);
  const found = offersAt(context.state.sliceDoc(start, context.pos), names);
  if (found === null || (found.typed === '' && !context.explicit && !found.isSure)) return null;
  return {
    from: context.pos - found.typed.length,
    options: found.offers.map(completionOf),
    ...(found.isText ? {} : { validFor: /^\w*$/ }),
  };
}

const completionOf = ({ label, detail, apply }: Offer): Completion => ({
  label,
  ...(detail === undefined ? {} : { detail }),
  ...(apply === undefined ? {} : { apply }),
});
