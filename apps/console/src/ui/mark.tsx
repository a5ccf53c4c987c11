// The product's sign: one tick, and another beside it.
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className="size-5 flex-none" fill="none" strokeWidth="3.500">
      <path
        d="m4 17 5.500 5.500L19 11"
        className="stroke-accent"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path
        d="m15.500 21 1.500 1.500L27.500 11"
        className="stroke-ink"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
