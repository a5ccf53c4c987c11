// The signs of the console: drawn here, so that nothing is fetched for them. Always beside text that says the same.
const PATHS = {
  check: 'M4 8.5 7 11.5 12.5 5',
  cross: 'M4.500 4.500 11.500 11.500 M11.500 4.500 4.500 11.500',
  ban: 'M8 1.750a6.250 6.250 0 1 0 0 12.500 6.250 6.250 0 0 0 0-12.500Z M3.600 3.600 12.400 12.400',
  allowed:
    'M8 1.750a6.250 6.250 0 1 0 0 12.500 6.250 6.250 0 0 0 0-12.500Z M5.200 8.200 7.200 10.200 10.900 6',
  hourglass: 'M4 1.750h8 M4 14.250h8 M5 1.750v2.500L8 8l3-3.750v-2.500 M5 14.250v-2.500L8 8l3 3.750v2.500',
  warning: 'M8 2 1.750 13.500h12.500Z M8 6.500v3 M8 11.400v.1',
  pause: 'M5.500 3.500v9 M10.500 3.500v9',
  play: 'M5 3.250 12.250 8 5 12.750Z',
  up: 'M8 13V3.500 M4 7.250 8 3.250 12 7.250',
  back: 'M13 8H3.500 M7.250 4 3.250 8 7.250 12',
  copy: 'M5.750 5.750h7.500v7.500h-7.500Z M10.250 5.500V2.750h-7.500v7.500H5.500',
  link: 'M6.750 9.250a2.750 2.750 0 0 0 4.100.300l2-2a2.750 2.750 0 0 0-3.900-3.900l-1 1 M9.250 6.750a2.750 2.750 0 0 0-4.100-.300l-2 2a2.750 2.750 0 0 0 3.900 3.900l1-1',
  download: 'M8 2.500V10 M4.750 7 8 10.250 11.250 7 M3 13.250h10',
  widen: 'M9.500 2.750h3.750V6.500 M13 3 9.250 6.750 M6.500 13.250H2.750V9.500 M3 13l3.750-3.750',
  narrow: 'M13.250 6.500H9.500V2.750 M9.750 6.250 13 3 M2.750 9.500H6.500v3.750 M6.250 9.750 3 13',
  shield:
    'M8 1.500 13.250 3.500v4c0 3.250-2.200 5.700-5.250 7-3.050-1.300-5.250-3.750-5.250-7v-4Z M5.500 8 7.300 9.800 10.600 6.200',
  broken:
    'M8 1.500 13.250 3.500v4c0 3.250-2.200 5.700-5.250 7-3.050-1.300-5.250-3.750-5.250-7v-4Z M6 6l4 4 M10 6l-4 4',
  circle: 'M8 3.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9Z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = '' }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={`size-4 flex-none ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
