// What the API says of agents and does with them.
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type {
  AgentDetail,
  AgentInventory,
  ApplyResult,
  PermissionList,
  StopResult,
  UnregisteredList,
  UserList,
} from '../../api/types.ts';

export const fetchInventory = (signal?: AbortSignal): Promise<AgentInventory> =>
  answer(parseResponse(api.inventory.agents.$get({}, until(signal))));
export const fetchUnregistered = (signal?: AbortSignal): Promise<UnregisteredList> =>
  answer(parseResponse(api.inventory.unregistered.$get({ query: {} }, until(signal))));
export const fetchAgent = (name: string, signal?: AbortSignal): Promise<AgentDetail> =>
  answer(parseResponse(api.agents[':name'].$get({ param: { name } }, until(signal))));
export const fetchPermissions = (name: string, signal?: AbortSignal): Promise<PermissionList> =>
  answer(parseResponse(api.agents[':name'].permissions.$get({ param: { name }, query: {} }, until(signal))));
export const fetchUsers = (signal?: AbortSignal): Promise<UserList> =>
  answer(parseResponse(api.users.$get({}, until(signal))));

export const postQuarantine = (name: string, reason: string): Promise<StopResult> =>
  answer(parseResponse(api.agents[':name'].quarantine.$post({ param: { name }, json: { reason } })));
export const postRelease = (name: string, reason: string): Promise<StopResult> =>
  answer(parseResponse(api.agents[':name'].release.$post({ param: { name }, json: { reason } })));

/** `manifests` is YAML; JSON is YAML, too. */
export const postManifests = (manifests: string, message: string): Promise<ApplyResult> =>
  answer(parseResponse(api.apply.$post({ json: { manifests, message } })));
