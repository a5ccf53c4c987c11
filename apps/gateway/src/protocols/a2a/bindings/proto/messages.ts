// The fields of every message of A2A 1.0: JSON name, number, type. `[]` repeats, `?` may be told apart from its default, `{T}`
// is a map from strings, `in x` says of which oneof it is (specification/a2a.proto). A test holds it to the official SDK.

export const MESSAGES: Readonly<Record<string, string>> = {
  SendMessageRequest:
    'tenant 1 string, message 2 Message, configuration 3 SendMessageConfiguration, metadata 4 Struct',
  SendMessageConfiguration:
    'acceptedOutputModes 1 string[], taskPushNotificationConfig 2 TaskPushNotificationConfig, historyLength 3 int32?, returnImmediately 4 bool',
  SendMessageResponse: 'task 1 Task in payload, message 2 Message in payload',
  StreamResponse:
    'task 1 Task in payload, message 2 Message in payload, statusUpdate 3 TaskStatusUpdateEvent in payload, artifactUpdate 4 TaskArtifactUpdateEvent in payload',

  Task: 'id 1 string, contextId 2 string, status 3 TaskStatus, artifacts 4 Artifact[], history 5 Message[], metadata 6 Struct',
  TaskStatus: 'state 1 TaskState, message 2 Message, timestamp 3 Timestamp',
  TaskStatusUpdateEvent: 'taskId 1 string, contextId 2 string, status 3 TaskStatus, metadata 4 Struct',
  TaskArtifactUpdateEvent:
    'taskId 1 string, contextId 2 string, artifact 3 Artifact, append 4 bool, lastChunk 5 bool, metadata 6 Struct',
  Message:
    'messageId 1 string, contextId 2 string, taskId 3 string, role 4 Role, parts 5 Part[], metadata 6 Struct, extensions 7 string[], referenceTaskIds 8 string[]',
  Part: 'text 1 string in content, raw 2 bytes in content, url 3 string in content, data 4 Value in content, metadata 5 Struct, filename 6 string, mediaType 7 string',
  Artifact:
    'artifactId 1 string, name 2 string, description 3 string, parts 4 Part[], metadata 5 Struct, extensions 6 string[]',

  GetTaskRequest: 'tenant 1 string, id 2 string, historyLength 3 int32?',
  ListTasksRequest:
    'tenant 1 string, contextId 2 string, status 3 TaskState, pageSize 4 int32?, pageToken 5 string, historyLength 6 int32?, statusTimestampAfter 7 Timestamp, includeArtifacts 8 bool?',
  ListTasksResponse: 'tasks 1 Task[], nextPageToken 2 string, pageSize 3 int32, totalSize 4 int32',
  CancelTaskRequest: 'tenant 1 string, id 2 string, metadata 3 Struct',
  SubscribeToTaskRequest: 'tenant 1 string, id 2 string',

  TaskPushNotificationConfig:
    'tenant 1 string, id 2 string, taskId 3 string, url 4 string, token 5 string, authentication 6 AuthenticationInfo',
  AuthenticationInfo: 'scheme 1 string, credentials 2 string',
  GetTaskPushNotificationConfigRequest: 'tenant 1 string, taskId 2 string, id 3 string',
  DeleteTaskPushNotificationConfigRequest: 'tenant 1 string, taskId 2 string, id 3 string',
  ListTaskPushNotificationConfigsRequest:
    'taskId 1 string, pageSize 2 int32, pageToken 3 string, tenant 4 string',
  ListTaskPushNotificationConfigsResponse: 'configs 1 TaskPushNotificationConfig[], nextPageToken 2 string',

  GetExtendedAgentCardRequest: 'tenant 1 string',
  AgentCard:
    'name 1 string, description 2 string, supportedInterfaces 3 AgentInterface[], provider 4 AgentProvider, version 5 string, documentationUrl 6 string?, capabilities 7 AgentCapabilities, securitySchemes 8 {SecurityScheme}, securityRequirements 9 SecurityRequirement[], defaultInputModes 10 string[], defaultOutputModes 11 string[], skills 12 AgentSkill[], signatures 13 AgentCardSignature[], iconUrl 14 string?',
  AgentInterface: 'url 1 string, protocolBinding 2 string, tenant 3 string, protocolVersion 4 string',
  AgentProvider: 'url 1 string, organization 2 string',
  AgentCapabilities:
    'streaming 1 bool?, pushNotifications 2 bool?, extensions 3 AgentExtension[], extendedAgentCard 4 bool?',
  AgentExtension: 'uri 1 string, description 2 string, required 3 bool, params 4 Struct',
  AgentSkill:
    'id 1 string, name 2 string, description 3 string, tags 4 string[], examples 5 string[], inputModes 6 string[], outputModes 7 string[], securityRequirements 8 SecurityRequirement[]',
  AgentCardSignature: 'protected 1 string, signature 2 string, header 3 Struct',
  SecurityRequirement: 'schemes 1 {StringList}',
  StringList: 'list 1 string[]',
  SecurityScheme:
    'apiKeySecurityScheme 1 APIKeySecurityScheme in scheme, httpAuthSecurityScheme 2 HTTPAuthSecurityScheme in scheme, oauth2SecurityScheme 3 OAuth2SecurityScheme in scheme, openIdConnectSecurityScheme 4 OpenIdConnectSecurityScheme in scheme, mtlsSecurityScheme 5 MutualTlsSecurityScheme in scheme',
  APIKeySecurityScheme: 'description 1 string, location 2 string, name 3 string',
  HTTPAuthSecurityScheme: 'description 1 string, scheme 2 string, bearerFormat 3 string',
  OAuth2SecurityScheme: 'description 1 string, flows 2 OAuthFlows, oauth2MetadataUrl 3 string',
  OpenIdConnectSecurityScheme: 'description 1 string, openIdConnectUrl 2 string',
  MutualTlsSecurityScheme: 'description 1 string',
  OAuthFlows:
    'authorizationCode 1 AuthorizationCodeOAuthFlow in flow, clientCredentials 2 ClientCredentialsOAuthFlow in flow, implicit 3 ImplicitOAuthFlow in flow, password 4 PasswordOAuthFlow in flow, deviceCode 5 DeviceCodeOAuthFlow in flow',
  AuthorizationCodeOAuthFlow:
    'authorizationUrl 1 string, tokenUrl 2 string, refreshUrl 3 string, scopes 4 {string}, pkceRequired 5 bool',
  ClientCredentialsOAuthFlow: 'tokenUrl 1 string, refreshUrl 2 string, scopes 3 {string}',
  ImplicitOAuthFlow: 'authorizationUrl 1 string, refreshUrl 2 string, scopes 3 {string}',
  PasswordOAuthFlow: 'tokenUrl 1 string, refreshUrl 2 string, scopes 3 {string}',
  DeviceCodeOAuthFlow:
    'deviceAuthorizationUrl 1 string, tokenUrl 2 string, refreshUrl 3 string, scopes 4 {string}',
};

/** Of package google.rpc: how a gRPC error says more than a code and a sentence. */
export const STATUS_MESSAGES: Readonly<Record<string, string>> = {
  Status: 'code 1 int32, message 2 string, details 3 Any[]',
  ErrorInfo: 'reason 1 string, domain 2 string, metadata 3 {string}',
};
