// The shapes of the admin API, taken from the gateway's own definitions: types only, nothing of it is bundled.
export type {
  Approval,
  ApprovalList,
  Call,
  CallDetail,
  CallPage,
  Chain,
  CheckpointList,
  ReviewRequest,
  Log,
  Session,
  StreamEvent,
  Why,
} from '@countersign/gateway/admin/client';
