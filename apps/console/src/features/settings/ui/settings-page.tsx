// The settings on one page: who is believed, who may do what, who is told, what is kept for how long.
import type { Settings } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Page } from '../../../ui/page.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Empty, Failed, Loading } from '../../../ui/state.tsx';
import { text } from '../text.ts';
import { useSettings } from '../use-settings.ts';
import { Issuers } from './issuers.tsx';
import { Keeping } from './keeping.tsx';
import { People } from './people.tsx';
import { Receivers } from './receivers.tsx';
import { SignIn } from './sign-in.tsx';

export function SettingsPage() {
  const mayRead = useMay('admin');
  const settings = useSettings(mayRead);
  return (
    <Page title={text.title}>
      {!mayRead && <Empty title={text.readOnly} />}
      {settings.isError && (
        <Failed what={text.failed} error={settings.error} onRetry={() => void settings.refetch()} />
      )}
      {mayRead && settings.isPending && <Loading what={text.loading} />}
      {settings.data !== undefined && <Loaded settings={settings.data} />}
    </Page>
  );
}

function Loaded({ settings }: { readonly settings: Settings }) {
  const { configFile, listeners, receivers, limits } = settings;
  return (
    <div className="max-w-4xl">
      <p className="px-4 py-3 text-muted">{configFile === null ? text.nowhere : text.where(configFile)}</p>
      <Section title={text.listeners}>
        <Facts
          facts={[
            [text.version, settings.version],
            [text.data, `${listeners.data.address}${text.publicly(listeners.data.publicUrl)}`],
            [text.admin, `${listeners.admin.address}${text.publicly(listeners.admin.publicUrl)}`],
            [text.hosts, listeners.admin.hosts.length === 0 ? null : listeners.admin.hosts.join(', ')],
            [text.grpc, listeners.grpc?.address ?? null],
          ]}
        />
      </Section>
      <Issuers issuers={settings.issuers} />
      <SignIn signIn={settings.signIn} />
      <People />
      <Receivers receivers={receivers} />
      <Keeping settings={settings} />
      <Section title={text.limits}>
        <Facts facts={Object.entries(limits).map(([name, value]) => [name, numbers.format(value)])} />
      </Section>
    </div>
  );
}

const numbers = new Intl.NumberFormat('en-GB');
