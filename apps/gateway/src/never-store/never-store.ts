// What is never stored, whoever sends it: values of members whose name says that they are secret, and texts that look
// like secrets or match what an operator wrote. Found in a JSON text with its places, so that the same piece that takes
// out what obligations name takes these out too, before anything is committed to. docs/reference/config.md lists them.
import { type JsonNode, readTree } from '../obligations/json-tree.ts';
import { STORED } from '../obligations/marks.ts';
import { rewrite } from '../obligations/rewrite.ts';
import { NO_SECRETS } from '../obligations/secrets.ts';
import type { Pattern } from './pattern.ts';
import { cardNumbersIn, isCardNumber, tokensIn } from './shapes.ts';

export interface NeverStored {
  /** Values to be taken out where they stand. */
  readonly nodes: readonly JsonNode[];
  /** What must not stand anywhere else either. */
  readonly texts: readonly string[];
  /** Every text and number in `nodes`: a copy of one, all by itself, is the same value again. */
  readonly values: ReadonlySet<string>;
}

export interface NeverStore {
  /** False where a look through the text would find nothing: what nearly every text is asked. */
  mayBeIn(text: string): boolean;
  inJson(root: JsonNode): NeverStored;
  inText(text: string): readonly string[];
  /** JSON, or prose, as it may be stored. */
  clean(text: string): string;
}

export interface NeverStoreOptions {
  /** Names of members besides those that are known to hold secrets; case, `-`, `_` and blanks do not count. */
  readonly members: readonly string[];
  /** A string in which one of them is found is not stored at all. */
  readonly patterns: readonly Pattern[];
  readonly cardNumbers: boolean;
}

/** As they are compared: without case and separators. */
const SECRET_MEMBERS: readonly string[] = [
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'xapikey',
  'apikey',
  'apisecret',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'authtoken',
  'bearertoken',
  'sessiontoken',
  'securitytoken',
  'clientsecret',
  'clientassertion',
  'password',
  'passwd',
  'passphrase',
  'secret',
  'secretkey',
  'secretaccesskey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'cardnumber',
  'creditcardnumber',
  'cvv',
  'cvc',
  'cvv2',
];

/** JSON within strings within JSON, so deep. */
const MAX_NESTING = 4;
/** Within other texts, shorter or simpler values would be found where they mean nothing. */
const MIN_TELLING = 8;
const REDACTED_TEXT = '[redacted]';

export function createNeverStore({ members, patterns, cardNumbers }: NeverStoreOptions): NeverStore {
  const names = new Set([...SECRET_MEMBERS, ...members.map(plain)]);
  const likelyMember = memberPattern(names);

  const shapesIn = (text: string): readonly string[] =>
    cardNumbers ? [...tokensIn(text), ...cardNumbersIn(text)] : tokensIn(text);
  const isPattern = (text: string): boolean => patterns.some((pattern) => pattern.test(text));

  function inJson(root: JsonNode): NeverStored {
    const nodes: JsonNode[] = [];
    const texts = new Set<string>();
    const values = new Set<string>();

    const visit = (node: JsonNode, nesting: number): void => {
      switch (node.kind) {
        case 'object':
          for (const { name, value } of node.members) {
            for (const text of shapesIn(name)) texts.add(text);
            if (!names.has(plain(name)) || isNothing(value)) visit(value, nesting);
            else take(value, nesting);
          }
          return;
        case 'array':
          for (const item of node.items) visit(item, nesting);
          return;
        case 'string':
          visitString(node, nesting);
          return;
        case 'number':
          if (isPattern(node.lexeme) || (cardNumbers && isCardNumber(node.lexeme))) take(node, nesting);
          return;
        case 'literal':
      }
    };
    const visitString = (node: JsonNode & { readonly kind: 'string' }, nesting: number): void => {
      for (const text of shapesIn(node.value)) texts.add(text);
      if (isPattern(node.value)) {
        take(node, nesting);
        return;
      }
      const inner = nesting < MAX_NESTING && /^\s*[[{]/.test(node.value) ? readTree(node.value) : null;
      if (inner !== null) visit(inner, nesting + 1);
    };
    /** A node within a string has no place of its own: what it says is taken out of the string. */
    const take = (node: JsonNode, nesting: number): void => {
      if (nesting === 0) nodes.push(node);
      for (const text of leavesOf(node)) {
        values.add(text);
        if (nesting > 0 || isTelling(text)) texts.add(text);
      }
    };
    visit(root, 0);
    return { nodes, texts: [...texts].filter((text) => text !== ''), values };
  }

  const store: NeverStore = {
    // A name or a token can hide behind an escape; then only reading it tells.
    mayBeIn: (text) =>
      patterns.length > 0 ||
      text.includes('\\u') ||
      likelyMember.test(text) ||
      shapesIn(text.replaceAll('\\/', '/')).length > 0,
    inJson,
    // What looks like JSON and cannot be read as such cannot be shown to be without a member's value: all of it goes.
    inText: (text) => (isPattern(text) || likelyMember.test(text) ? [text] : shapesIn(text)),
    clean(text) {
      if (!store.mayBeIn(text)) return text;
      const tree = /^\s*[[{]/.test(text) ? readTree(text) : null;
      if (tree === null)
        return store.inText(text).reduce((rest, one) => rest.replaceAll(one, REDACTED_TEXT), text);
      const { nodes, texts } = inJson(tree);
      return (
        rewrite(text, tree, new Set(nodes), NO_SECRETS.andTexts(texts), STORED) ??
        JSON.stringify(REDACTED_TEXT)
      );
    },
  };
  return store;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_. ]/g, '');

/** The names as they may stand in a JSON text, or in one within a string. */
function memberPattern(names: ReadonlySet<string>): RegExp {
  const spelled = [...names].map((name) => Array.from(name, escaped).join('[-_. ]?'));
  return new RegExp(`"(?:${spelled.join('|')})\\\\{0,8}"\\s{0,16}:`, 'i');
}

const escaped = (char: string): string => char.replace(/[^\p{L}\p{N}]/u, String.raw`\$&`);

/** Nothing is there that could be told. */
const isNothing = (node: JsonNode): boolean =>
  node.kind === 'literal' || (node.kind === 'string' && node.value === '');

const isTelling = (text: string): boolean =>
  text.length >= MIN_TELLING &&
  (text.length >= 20 || (/\d/.test(text) && /\D/.test(text)) || /^\d+$/.test(text));

function leavesOf(node: JsonNode): readonly string[] {
  switch (node.kind) {
    case 'object':
      return node.members.flatMap(({ value }) => leavesOf(value));
    case 'array':
      return node.items.flatMap(leavesOf);
    case 'string':
      return [node.value, node.value.trim()];
    case 'number':
      return [node.lexeme, String(Number(node.lexeme))];
    case 'literal':
      return [];
  }
}
