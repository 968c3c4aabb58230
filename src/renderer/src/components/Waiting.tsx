import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** Holds the place of lines that are on their way; `label` says to a screen reader which. */
export function Waiting({ label, lines }: { label: string; lines: number }) {
  return (
    <Stack gap="sm" role="status">
      <VisuallyHidden>{label}</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} h={14} w={line % 2 === 0 ? '70%' : '50%'} my={3} />
      ))}
    </Stack>
  );
}
