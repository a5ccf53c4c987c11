// Issuing a token to a person: for whom, with which roles and for how long; then the token itself, once.
import { useId, useState, type FormEvent } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { useUsers } from '../../agents/use-agents.ts';
import { text } from '../access-text.ts';
import { grantOf, LENGTHS, type Role, ROLES } from '../model/grant.ts';
import { useIssueToken } from '../use-access.ts';

export function IssueToken() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button mt-3" onClick={() => setOpen(true)}>
        {text.issue}
      </button>
      {/* Not drawn when it is closed: with it goes what it was told. */}
      {isOpen && <IssueDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function IssueDialog({ onClose }: { readonly onClose: () => void }) {
  const issue = useIssueToken();
  const { data } = issue;
  if (data !== undefined) {
    return (
      <Dialog open isKept onClose={onClose} title={text.issuedTitle(data.user)} description={text.shownOnce}>
        <div className="space-y-3 p-4">
          <p className="flex items-center gap-1 rounded-md bg-sunken p-2">
            <code className="min-w-0 flex-1 font-mono wrap-anywhere">{data.token}</code>
            <CopyButton value={data.token} what={text.theToken} />
          </p>
          <div className="flex justify-end">
            <button type="button" className="button" onClick={onClose}>
              {text.closed}
            </button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      isKept={issue.isPending}
      onClose={onClose}
      title={text.issueTitle}
      description={text.issueWhy}
    >
      <IssueForm issue={issue} onCancel={onClose} />
    </Dialog>
  );
}

interface FormProps {
  readonly issue: ReturnType<typeof useIssueToken>;
  readonly onCancel: () => void;
}

function IssueForm({ issue, onCancel }: FormProps) {
  const users = useUsers();
  const people = (users.data?.users ?? []).filter(({ active }) => active);
  const [user, setUser] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['approver']);
  const [hours, setHours] = useState<(typeof LENGTHS)[number]>(720);
  const [isTried, setTried] = useState(false);
  const fault = useId();
  const absent = user === '' ? text.personNeeded : roles.length === 0 ? text.rolesNeeded : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (absent === null && !issue.isPending) issue.mutate(grantOf(user, roles, hours));
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-3 p-4">
      <StateOf query={users} failed={text.peopleFailed} loading={text.thePeople} />
      <label className="block space-y-1">
        <span className="font-medium">{text.person}</span>
        <select
          value={user}
          onChange={({ target }) => setUser(target.value)}
          aria-invalid={isTried && user === ''}
          aria-describedby={isTried && absent !== null ? fault : undefined}
          className="field"
        >
          <option value="">{text.choose}</option>
          {people.map(({ name, email }) => (
            <option key={name} value={name}>
              {`${name} (${email})`}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend className="font-medium">{text.roles}</legend>
        {ROLES.map((role) => (
          <label key={role} className="flex min-h-7 items-center gap-2">
            <input
              type="checkbox"
              checked={roles.includes(role)}
              onChange={({ target }) =>
                setRoles(target.checked ? [...roles, role] : roles.filter((each) => each !== role))
              }
              className="size-4 flex-none accent-accent"
            />
            {text.roleNames[role]}
          </label>
        ))}
      </fieldset>
      <label className="block space-y-1">
        <span className="font-medium">{text.lasts}</span>
        <select
          value={hours}
          onChange={({ target }) =>
            setHours(LENGTHS.find((each) => String(each) === target.value) ?? LENGTHS[0])
          }
          className="field"
        >
          {LENGTHS.map((each) => (
            <option key={each} value={each}>
              {text.lengths[each]}
            </option>
          ))}
        </select>
      </label>
      {isTried && absent !== null && (
        <p id={fault} role="alert" className="flex gap-1.5 text-deny">
          <Icon name="warning" className="mt-0.5" />
          {absent}
        </p>
      )}
      <RefusalOf sending={issue} />
      <FormActions onCancel={onCancel} send={text.send} isPending={issue.isPending} />
    </form>
  );
}
