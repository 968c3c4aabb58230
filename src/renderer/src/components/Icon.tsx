/** Line drawings on a grid of 20, drawn with a line of 1.5 in the colour of the text around. */
const PATHS = {
  library: 'M3.5 3.5h5v5h-5zM11.5 3.5h5v5h-5zM3.5 11.5h5v5h-5zM11.5 11.5h5v5h-5z',
  case: 'M2 10c2-3.7 4.7-5.5 8-5.5s6 1.8 8 5.5c-2 3.7-4.7 5.5-8 5.5S4 13.7 2 10zM12.5 10a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z',
  models: 'M10 3l7.5 4L10 11 2.5 7zM2.5 10.2l7.5 4 7.5-4M2.5 13.4l7.5 4 7.5-4',
  settings:
    'M3 5.5h7.5M14.5 5.5H17M3 14.5h2.5M9.5 14.5H17M14.5 5.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM9.5 14.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0z',
  caution: 'M10 3.2l7.3 13.3H2.7zM10 8.2v4M10 14.1v.3',
  check: 'M4 10.5l4 4 8-9',
  close: 'M5 5l10 10M15 5L5 15',
  plus: 'M10 4v12M4 10h12',
  chevron: 'M5.5 8l4.5 4.5L14.5 8',
  person: 'M13 7a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM4 16.5c.6-3 2.8-4.5 6-4.5s5.4 1.5 6 4.5',
  hidden:
    'M3 3l14 14M8 5a8 8 0 0 1 2-.3c3.3 0 6 1.8 8 5.3a12 12 0 0 1-2.3 3M5.7 6.4A12 12 0 0 0 2 10c2 3.5 4.7 5.3 8 5.3 1.4 0 2.7-.3 3.9-1',
  folder: 'M2.5 5.5h5l1.7 2h8.3v8.5h-15z',
  flag: 'M5 17.5V3M5 4c3-1.5 5.5 1.5 9.5 0v7c-4 1.5-6.5-1.5-9.5 0',
  search: 'M14 8.75a5.25 5.25 0 1 1-10.5 0 5.25 5.25 0 0 1 10.5 0zM12.6 12.6l4.4 4.4',
  table: 'M3 4.5h14M3 8.2h14M3 11.8h14M3 15.5h14',
  ascending: 'M10 16V4M5.5 8.5L10 4l4.5 4.5',
  descending: 'M10 4v12M5.5 11.5L10 16l4.5-4.5',
  more: 'M10 5v.2M10 10v.2M10 15v.2',
  undo: 'M7.5 4.5l-4 4 4 4M3.5 8.5H12a4.2 4.2 0 0 1 0 8.4H8',
  redo: 'M12.5 4.5l4 4-4 4M16.5 8.5H8a4.2 4.2 0 0 0 0 8.4h4',
  history: 'M3.5 10a6.5 6.5 0 1 0 2-4.7M5.5 2.5v3h3M10 6.5V10l2.5 1.8',
  remove: 'M3.5 5.5h13M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5',
  point: 'M10 3v4M10 13v4M3 10h4M13 10h4M10 9.8v.4',
  ellipse: 'M17 10c0 3-3.1 5.5-7 5.5S3 13 3 10s3.1-5.5 7-5.5S17 7 17 10z',
  polygon: 'M10 3l7 5-2.7 8.5H5.7L3 8z',
  freehand: 'M3 14c2-6 4-9 5.5-8s-1.5 7 .5 8 3.5-6 5.5-5.5.5 3.5 2.5 4',
  swap: 'M4 7.5h11.5M12.5 4.5l3 3-3 3M16 13.5H4.5M7.5 10.5l-3 3 3 3',
} as const;
export type IconName = keyof typeof PATHS;

/** Decoration only: the control around it says in words what it is. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
