// The messages of A2A 1.0 as numbers and types (specification/a2a.proto, package lf.a2a.v1), for everything that has to read
// or write them: gRPC bytes, and the types of query parameters. It says nothing of what a message means.
import { create, createFileRegistry, type DescMessage, type FileRegistry } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  file_google_protobuf_any,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { TASK_STATES } from '../../states.ts';
import { MESSAGES, STATUS_MESSAGES } from './messages.ts';

const PACKAGE = 'lf.a2a.v1';
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  TaskState: TASK_STATES,
  Role: ['ROLE_UNSPECIFIED', 'ROLE_USER', 'ROLE_AGENT'],
};
const WELL_KNOWN: Readonly<Record<string, string>> = {
  Struct: '.google.protobuf.Struct',
  Value: '.google.protobuf.Value',
  Timestamp: '.google.protobuf.Timestamp',
  Any: '.google.protobuf.Any',
};
const SCALARS: Readonly<Record<string, Type>> = {
  string: Type.STRING,
  bytes: Type.BYTES,
  bool: Type.BOOL,
  int32: Type.INT32,
};
const IMPORTS = [
  file_google_protobuf_any,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
];

/** As `messages.ts` writes a field. */
const FIELD = /^(\w+) (\d+) (?:\{(\w+)\}|(\w+)(\[\]|\?)?)(?: in (\w+))?$/;

const registries = [registryOf(PACKAGE, MESSAGES, ENUMS), registryOf('google.rpc', STATUS_MESSAGES, {})];

/** @param name as in the schema; with its package where that is another than A2A's. */
export function messageSchema(name: string): DescMessage {
  const full = name.includes('.') ? name : `${PACKAGE}.${name}`;
  for (const each of registries) {
    const found = each.getMessage(full);
    if (found !== undefined) return found;
  }
  throw new TypeError(`\`${name}\` is no message of A2A`);
}

function registryOf(
  inPackage: string,
  messages: Readonly<Record<string, string>>,
  enums: Readonly<Record<string, readonly string[]>>,
): FileRegistry {
  return createFileRegistry(
    create(FileDescriptorProtoSchema, {
      name: `${inPackage}.proto`,
      package: inPackage,
      syntax: 'proto3',
      dependency: IMPORTS.map(({ proto }) => proto.name),
      messageType: Object.entries(messages).map(([name, fields]) => messageOf(inPackage, name, fields)),
      enumType: Object.entries(enums).map(([name, values]) =>
        create(EnumDescriptorProtoSchema, {
          name,
          value: values.map((value, number) => ({ name: value, number })),
        }),
      ),
    }),
    (name) => IMPORTS.find(({ proto }) => proto.name === name),
  );
}

function messageOf(inPackage: string, name: string, written: string): DescriptorProto {
  const message = create(DescriptorProtoSchema, { name });
  for (const each of written.split(',')) addField(message, each.trim(), `.${inPackage}.${name}`);
  // A field that may be told apart from its default is a oneof of its own; those come last.
  for (const field of message.field.filter(({ proto3Optional }) => proto3Optional)) {
    field.oneofIndex = message.oneofDecl.length;
    message.oneofDecl.push({ $typeName: 'google.protobuf.OneofDescriptorProto', name: `_${field.name}` });
  }
  return message;
}

function addField(message: DescriptorProto, written: string, owner: string): void {
  const [, jsonName, number, mapped, single, mark, oneof] = FIELD.exec(written) ?? [];
  if (jsonName === undefined) throw new TypeError(`\`${written}\` of ${owner} is no field`);
  const name = jsonName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const field = create(FieldDescriptorProtoSchema, {
    name,
    jsonName,
    number: Number(number),
    label: mapped !== undefined || mark === '[]' ? Label.REPEATED : Label.OPTIONAL,
    ...(mapped === undefined ? typeOf(single ?? '') : entryOf(message, jsonName, mapped, owner)),
    ...(mark === '?' ? { proto3Optional: true } : {}),
  });
  if (oneof !== undefined) field.oneofIndex = oneofOf(message, oneof);
  message.field.push(field);
}

function typeOf(name: string): Pick<FieldDescriptorProto, 'type' | 'typeName'> {
  const scalar = SCALARS[name];
  if (scalar !== undefined) return { type: scalar, typeName: '' };
  if (Object.hasOwn(ENUMS, name)) return { type: Type.ENUM, typeName: `.${PACKAGE}.${name}` };
  return { type: Type.MESSAGE, typeName: WELL_KNOWN[name] ?? `.${PACKAGE}.${name}` };
}

/** A map from strings is a list of entries, on the wire and in the schema. */
function entryOf(
  message: DescriptorProto,
  jsonName: string,
  value: string,
  owner: string,
): Pick<FieldDescriptorProto, 'type' | 'typeName'> {
  const name = `${jsonName.charAt(0).toUpperCase()}${jsonName.slice(1)}Entry`;
  message.nestedType.push(
    create(DescriptorProtoSchema, {
      name,
      field: [
        { name: 'key', jsonName: 'key', number: 1, label: Label.OPTIONAL, type: Type.STRING },
        { name: 'value', jsonName: 'value', number: 2, label: Label.OPTIONAL, ...typeOf(value) },
      ],
      options: { mapEntry: true },
    }),
  );
  return { type: Type.MESSAGE, typeName: `${owner}.${name}` };
}

function oneofOf(message: DescriptorProto, name: string): number {
  const at = message.oneofDecl.findIndex((each) => each.name === name);
  if (at !== -1) return at;
  message.oneofDecl.push({ $typeName: 'google.protobuf.OneofDescriptorProto', name });
  return message.oneofDecl.length - 1;
}
