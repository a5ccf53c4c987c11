// What happens to what is stored of people: erasures that wait for somebody's agreement and those that were made, legal holds that
// keep things from being erased, and how long things are kept at all.
import { useMay } from '../../../shell/me.tsx';
import { Erasures } from './erasures.tsx';
import { Holds } from './holds.tsx';
import { PendingErasures } from './pending-erasures.tsx';
import { RetentionRules } from './retention-rules.tsx';

export function PrivacyPart() {
  const isAuditor = useMay('auditor', 'admin');
  return (
    <>
      <PendingErasures />
      <Holds />
      {isAuditor && <RetentionRules />}
      {isAuditor && <Erasures />}
    </>
  );
}
