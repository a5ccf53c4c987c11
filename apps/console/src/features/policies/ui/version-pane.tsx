// One version: what it is and where it comes from, and its views, of which the address says which one is open.
import { Tabs } from '@base-ui/react/tabs';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { PolicyVersionDetail } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Copyable } from '../../../ui/copyable.tsx';
import { ChangeLink } from '../../../ui/links.tsx';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Empty, StateOf } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { type Tab, TABS, versionIn } from '../model/search.ts';
import { text, versionText } from '../text.ts';
import { usePolicyVersion } from '../use-versions.ts';
import { DifferenceTab } from './difference-tab.tsx';
import { FilesTab } from './files-tab.tsx';
import { UseTab } from './use-tab.tsx';
import { VersionActions } from './version-actions.tsx';

export function VersionPane() {
  const { version: param } = useParams({ from: '/policies/versions/$version' });
  const number = versionIn(param);
  const version = usePolicyVersion(number);
  const { data } = version;
  return (
    <>
      <PaneHeader
        kind={versionText.kind}
        id={param}
        title={number === null ? versionText.kind : versionText.title(number)}
        sign={
          data === undefined ? null : (
            <Badge
              sign={
                data.inForce
                  ? { tone: 'allow', label: text.inForce }
                  : { tone: 'quiet', label: text.notInForce }
              }
            />
          )
        }
      />
      {number === null && (
        <Empty title={versionText.missing}>
          <p>{versionText.missingWhy}</p>
        </Empty>
      )}
      {number !== null && (
        <StateOf query={version} failed={versionText.failed} loading={versionText.loading} />
      )}
      {data !== undefined && <Loaded key={data.version} version={data} />}
    </>
  );
}

function Loaded({ version }: { readonly version: PolicyVersionDetail }) {
  const { tab = 'difference' } = useSearch({ from: '/policies/versions/$version' });
  const navigate = useNavigate({ from: '/policies/versions/$version' });
  // Views replace each other: Back leads out of the version, not through them.
  const open = (next: Tab): void =>
    void navigate({
      search: ({ tab: _tab, policy: _policy, ...search }) =>
        next === 'difference' ? search : { ...search, tab: next },
      replace: true,
    });
  const views: Readonly<Record<Tab, () => React.ReactNode>> = {
    difference: () => <DifferenceTab version={version} />,
    files: () => <FilesTab version={version} />,
    use: () => <UseTab version={version} />,
  };
  return (
    <>
      <Origin version={version} />
      <Tabs.Root value={tab} onValueChange={open}>
        <Tabs.List aria-label={versionText.views} className="tabs sticky top-11 z-10">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each} className="tab">
              {versionText.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((each) => (
          <Tabs.Panel key={each} value={each} className="outline-none [&>section:first-child]:border-t-0">
            {views[each]()}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </>
  );
}

function Origin({ version }: { readonly version: PolicyVersionDetail }) {
  const { cause, author, reviewers, message, activatedAt, change, digest, broken } = version;
  return (
    <>
      <Section title={versionText.origin}>
        <Facts
          facts={[
            [versionText.cause, text.causes[cause]],
            [versionText.author, author],
            [versionText.reviewers, reviewers.length === 0 ? text.nobody : reviewers.join(', ')],
            [versionText.message, message === '' ? null : <PlainText key="message" text={message} />],
            [versionText.since, <Time key="since" iso={activatedAt} full />],
            [
              versionText.change,
              change === null ? null : (
                <Copyable key="change" value={change} what={versionText.theChange}>
                  <ChangeLink id={change} className="min-w-0 font-mono text-xs wrap-anywhere">
                    {change}
                  </ChangeLink>
                </Copyable>
              ),
            ],
            [versionText.digest, <Copyable key="digest" value={digest} what={versionText.theDigest} />],
          ]}
        />
        <VersionActions version={version} />
      </Section>
      {broken.length > 0 && (
        <Section title={text.broken}>
          <Facts
            facts={broken.map(({ tool, why }) => [tool, <PlainText key={tool} text={why} />] as const)}
          />
        </Section>
      )}
    </>
  );
}
