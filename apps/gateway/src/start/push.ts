// What the configuration says of push notifications, as those who send them take it.
import type { Config } from '../config.ts';
import type { PushSettings } from '../protocols/a2a/push/push.ts';
import { warn } from '../warnings.ts';

const RETRY_MS = 1_000;

export function pushSettings({ push }: Pick<Config, 'push'>, tell = warn): PushSettings {
  const { hosts, ports, perAgent, attempts, timeoutSeconds, development } = push;
  if (development)
    tell(
      '`push.development` is on: whoever may set an address for push notifications reaches whatever this gateway reaches',
    );
  return {
    hosts,
    ports,
    perAgent,
    attempts,
    development,
    timeoutMs: timeoutSeconds * 1000,
    retryMs: RETRY_MS,
  };
}
