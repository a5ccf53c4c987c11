// The draft of a policy set: the one that this person was in the middle of or, until something is changed, the text of the
// version that the address names.
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Policies, PolicySource } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Page } from '../../../ui/page.tsx';
import { Empty, Failed, Loading } from '../../../ui/state.tsx';
import { usePolicies } from '../../policies/use-policies.ts';
import { usePolicyVersion } from '../../policies/use-versions.ts';
import { useDraft } from '../draft-store.ts';
import type { Draft } from '../model/draft.ts';
import { text } from '../text.ts';
import { DraftView } from './draft-view.tsx';

export function DraftPage() {
  return useMay('policy_author', 'approver', 'admin') ? (
    <Loaded />
  ) : (
    <Page title={text.title}>
      <Empty title={text.mayNot}>
        <Link to="/policies">{text.backToPolicies}</Link>
      </Empty>
    </Page>
  );
}

const NONE: readonly PolicySource[] = [];

function Loaded() {
  const { from } = useSearch({ from: '/policies/draft' });
  const kept = useDraft();
  const policies = usePolicies();
  const version = usePolicyVersion(kept.draft === null ? (from ?? null) : null);
  const { data } = policies;
  const files = from === undefined ? (data?.active?.sources ?? NONE) : version.data?.sources;
  const begun = useMemo(
    () => (data === undefined || files === undefined ? null : beginning(data, files, from)),
    [data, files, from],
  );
  const draft = kept.draft ?? begun;
  if (draft !== null && data !== undefined)
    return <DraftView draft={draft} kept={kept} policies={data} asked={from ?? null} />;
  const failed = version.error ?? policies.error;
  return (
    <Page title={text.title}>
      {failed === null ? (
        <Loading what={text.loading} />
      ) : (
        <Failed
          what={failed === version.error ? text.versionFailed : text.failed}
          error={failed}
          onRetry={() => void (failed === version.error ? version.refetch() : policies.refetch())}
        />
      )}
    </Page>
  );
}

function beginning(policies: Policies, files: readonly PolicySource[], from: number | undefined): Draft {
  const { digest = null, version = null } = policies.active ?? {};
  return { from: from ?? version, base: { digest, version }, files, cases: '' };
}
