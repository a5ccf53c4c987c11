// How long a person still has, in the gateway's time. Pure; the clock is a parameter.

export interface Deadline {
  readonly expired: boolean;
  /** `2 h 05 min`, `12:34`, `expired`. */
  readonly text: string;
  /** True in the last five minutes. */
  readonly urgent: boolean;
  /** What a screen reader is told, which changes only at five minutes, one minute and the end. */
  readonly announcement: string;
}

export function deadline(expiresAt: string, nowMs: number): Deadline {
  const left = Math.ceil((Date.parse(expiresAt) - nowMs) / 1000);
  if (left <= 0) {
    return { expired: true, text: 'expired', urgent: true, announcement: 'This request has expired.' };
  }
  return { expired: false, text: countdown(left), urgent: left <= 300, announcement: announced(left) };
}

function countdown(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) {
    return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  }
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}

function announced(seconds: number): string {
  if (seconds <= 60) return 'Less than one minute left to review this request.';
  return seconds <= 300 ? 'Less than five minutes left to review this request.' : '';
}
