// The set that decided something, by its digest: the version that it was, where it is one of those that are listed.
import { Copyable } from '../../../ui/copyable.tsx';
import { PolicyVersionLink } from '../../../ui/links.tsx';
import { versionText } from '../text.ts';
import { usePolicyHistory } from '../use-policies.ts';

export function PolicySetLink({ digest }: { readonly digest: string }) {
  const { data = [] } = usePolicyHistory();
  const found = data.find((version) => version.digest === digest);
  return (
    <>
      {found !== undefined && (
        <PolicyVersionLink version={found.version} className="underline">
          {versionText.title(found.version)}
        </PolicyVersionLink>
      )}{' '}
      <Copyable value={digest} what={versionText.theDigest} />
    </>
  );
}
