// A version beside the one before it, or another: policy by policy, what that means for agents, and the text.
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { PolicyVersionDetail } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { Failed, StateOf } from '../../../ui/state.tsx';
import { versionText } from '../text.ts';
import { usePolicyHistory } from '../use-policies.ts';
import { useComparison, usePolicyVersion } from '../use-versions.ts';
import { ComparisonView } from './comparison-view.tsx';
import { FileDifferences } from './file-differences.tsx';

export function DifferenceTab({ version }: { readonly version: PolicyVersionDetail }) {
  const { against = version.version - 1 } = useSearch({ from: '/policies/versions/$version' });
  const comparison = useComparison(against, version.version);
  const other = usePolicyVersion(against);
  const before = against === 0 ? [] : other.data?.sources;
  return (
    <>
      <div className="border-b border-line px-4 py-2">
        <Against version={version.version} against={against} />
      </div>
      <StateOf query={comparison} failed={versionText.compareFailed} loading={versionText.comparing} />
      {comparison.data !== undefined && (
        <ComparisonView
          comparison={comparison.data}
          names={{ before: versionText.title(against), after: versionText.title(version.version) }}
        />
      )}
      <Section title={versionText.texts}>
        {other.isError && <Failed what={versionText.failed} error={other.error} />}
        {before !== undefined && <FileDifferences before={before} after={version.sources} />}
      </Section>
    </>
  );
}

function Against({ version, against }: { readonly version: number; readonly against: number }) {
  const navigate = useNavigate({ from: '/policies/versions/$version' });
  const history = usePolicyHistory();
  const known = new Set([...(history.data ?? []).map((each) => each.version), against, version - 1, 0]);
  known.delete(version);
  const choose = (chosen: number): void =>
    void navigate({
      search: ({ against: _against, ...search }) =>
        chosen === version - 1 ? search : { ...search, against: chosen },
      replace: true,
    });
  return (
    <label className="flex flex-wrap items-center gap-2">
      {versionText.against}
      <select
        className="field w-auto max-w-full py-1"
        value={against}
        onChange={({ target }) => choose(Number(target.value))}
      >
        {[...known]
          .sort((a, b) => b - a)
          .map((each) => (
            <option key={each} value={each}>
              {each === 0
                ? versionText.nothing
                : each === version - 1
                  ? versionText.before(each)
                  : versionText.other(each)}
            </option>
          ))}
      </select>
    </label>
  );
}
