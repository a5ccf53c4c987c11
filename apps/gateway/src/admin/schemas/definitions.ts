// What a server defines (tools, prompts, resources, templates, instructions) and how it stands to what was accepted. Shapes only (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { digest, time } from './common.ts';

const ItemKind = z.enum(['tool', 'prompt', 'resource', 'template', 'instructions']);

export const Definition = z
  .object({
    kind: ItemKind,
    name: z.string().openapi({
      description: 'of a tool or prompt; the URI of a resource, the URI template of a template',
    }),
    state: z.enum(['accepted', 'changed', 'new']).openapi({
      description: 'only what is accepted is told to agents and can be used',
    }),
    digest: digest.openapi({ description: 'of the definition that the server lists now' }),
    accepted: z
      .object({
        digest,
        by: z.string().nullable().openapi({ description: 'null where it was taken at sight' }),
        at: time,
      })
      .nullable(),
    difference: z.string().nullable().openapi({
      description:
        'unified diff from the accepted definition to the one listed now; null where that is accepted',
    }),
  })
  .openapi('Definition');

export const DefinitionList = z
  .object({
    toolPinning: z.enum(['first-seen', 'review', 'off']),
    definitions: z.array(Definition),
    leftOut: z
      .array(z.object({ kind: ItemKind, name: z.string().nullable(), reason: z.string() }))
      .openapi({ description: 'what the server listed and nobody can rely on; no agent is told of it' }),
  })
  .openapi('DefinitionList');

const ReadableDefinition = z.object({
  digest,
  text: z.string().openapi({
    description:
      'a member a line, members sorted, characters that no screen shows spelled out; not indented where it is nested so deep that indentation would be most of it',
  }),
});

export const DefinitionText = z
  .object({
    kind: ItemKind,
    name: z.string(),
    listed: ReadableDefinition,
    accepted: ReadableDefinition.nullable().openapi({
      description: 'what agents are told; null where nothing was accepted',
    }),
  })
  .openapi('DefinitionText');

export const WhichDefinition = z.strictObject({
  kind: ItemKind.default('tool'),
  name: z.string().min(1).max(2_048),
});

export const AcceptDefinition = z
  .strictObject({
    kind: ItemKind.default('tool'),
    name: z.string().min(1).max(2_048),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'must be the digest of the definition that was shown' }),
  })
  .openapi('AcceptDefinition');
