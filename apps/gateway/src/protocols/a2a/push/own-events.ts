// What the gateway itself says of its own tasks goes to whoever follows them, and to where their owners asked to be told.
import { warn } from '../../../warnings.ts';
import type { Followers } from '../followers.ts';
import type { Push } from './push.ts';

export function toldByPush(followers: Followers, push: Pick<Push, 'tell'>): Followers {
  const turns = new Map<string, Promise<void>>();
  return {
    ...followers,
    publish(task, resultJson, from = 'gateway') {
      followers.publish(task, resultJson, from);
      const before = turns.get(task) ?? Promise.resolve();
      const turn = before
        .then(() => push.tell(task, resultJson, from))
        .catch((error: unknown) => warn(`push notifications of task ${task}: ${String(error)}`))
        .finally(() => {
          if (turns.get(task) === turn) turns.delete(task);
        });
      turns.set(task, turn);
    },
    // Somebody may follow it from elsewhere.
    isFollowed: () => true,
  };
}
