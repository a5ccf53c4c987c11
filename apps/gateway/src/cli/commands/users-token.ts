// `countersign users token`: issues an admin token to a person, by default one that may approve.
import { ROLES } from '../../admin/role-names.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';

export const usersToken = defineCommand({
  summary: 'Issue a token to a person, shown once; recorded in the log',
  takes: ['email'],
  options: {
    role: {
      type: 'string',
      multiple: true,
      value: 'role',
      help: 'viewer, auditor, approver (default), policy_author or admin; may be repeated',
    },
    'expires-in': { type: 'string', value: 'hours', help: 'hours until it ends; default never' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [email = ''], terminal }) {
    const roles = values.role?.map(roleOf);
    const expiresInHours = hoursOf(values['expires-in']);
    const gateway = await openGateway(values, terminal);
    const { users } = await bodyOf(gateway.users.$get());
    const wanted = email.toLowerCase();
    const user = users.find((one) => one.email.toLowerCase() === wanted || one.name === email);
    if (user === undefined) {
      throw new CommandError(
        1,
        `nobody has the address \`${email}\`: register a User first, or see \`countersign users list\``,
        { code: 'not_found' },
      );
    }
    const issued = await bodyOf(
      gateway.users[':name'].tokens.$post({
        param: { name: user.name },
        json: {
          ...(roles === undefined ? {} : { roles }),
          ...(expiresInHours === undefined ? {} : { expiresInHours }),
        },
      }),
    );
    if (values.json === true) {
      terminal.out(JSON.stringify(issued));
      return 0;
    }
    terminal.err(`token of ${issued.user} (${issued.roles.join(', ')}), shown this once:`);
    terminal.out(issued.token);
    return 0;
  },
});

function roleOf(text: string): (typeof ROLES)[number] {
  const role = ROLES.find((known) => known === text);
  if (role === undefined) throw usageError(`\`--role\` is \`${text}\`: give one of ${ROLES.join(', ')}`);
  return role;
}

function hoursOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const hours = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (hours < 1) throw usageError(`\`--expires-in\` is \`${text}\`: give a whole number of hours`);
  return hours;
}
