// What can be done with a version by those who write policies and those who publish them: begin a draft with it, and go back to
// it. What the API refuses is not offered.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PolicyVersionDetail } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { RollbackDialog } from '../../policy-draft/ui/rollback-dialog.tsx';
import { text } from '../text.ts';
import { usePolicies } from '../use-policies.ts';

export function VersionActions({ version }: { readonly version: PolicyVersionDetail }) {
  const [isOpen, setOpen] = useState(false);
  const mayPublish = useMay('policy_author', 'admin');
  const mayDraft = useMay('policy_author', 'approver', 'admin');
  const isClosed = usePolicies().data?.publishing.closed !== null;
  const mayRollBack = mayPublish && !isClosed && !version.inForce;
  if (!mayDraft) return null;
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      <Link
        to="/policies/draft"
        search={version.inForce ? {} : { from: version.version }}
        className="button text-ink hover:no-underline"
      >
        {text.edit}
      </Link>
      {mayRollBack && (
        <>
          <button type="button" className="button" onClick={() => setOpen(true)}>
            {text.rollBack}
          </button>
          <RollbackDialog version={version.version} open={isOpen} onClose={() => setOpen(false)} />
        </>
      )}
    </div>
  );
}
