// What an address shows that leads nowhere.
import { Link } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { text } from './text.ts';

export function NoSuchPage() {
  return (
    <Page title={text.noSuchPage}>
      <Empty title={text.noSuchPageWhy}>
        <p className="mt-2">
          <Link to="/calls">{text.toCalls}</Link>
        </p>
      </Empty>
    </Page>
  );
}
