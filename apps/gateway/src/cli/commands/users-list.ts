// `countersign users list`.
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';

export const usersList = defineCommand({
  summary: 'List people with their groups',
  takes: [],
  options: GATEWAY_OPTIONS,
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const { users } = await bodyOf(gateway.users.$get());
    if (values.json === true) {
      terminal.out(JSON.stringify({ users }));
      return 0;
    }
    const rows = users.map(({ name, email, groups, active }) => [
      name,
      email,
      groups.join(', '),
      active ? 'active' : 'inactive',
    ]);
    const options = { isColoured: terminal.isInteractive, none: 'nobody is registered' };
    for (const line of table(['name', 'email', 'groups', 'state'], rows, options)) terminal.out(line);
    return 0;
  },
});
