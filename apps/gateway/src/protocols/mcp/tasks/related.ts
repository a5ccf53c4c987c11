// The metadata by which a message says that it belongs to a task (2025-11-25).
export const RELATED_TASK = 'io.modelcontextprotocol/related-task';
