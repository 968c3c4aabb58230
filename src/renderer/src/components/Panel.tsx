import { Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A titled part of a page; `busy` while its content is on its way. */
export function Panel({ title, busy, children }: { title: string; busy?: boolean; children: ReactNode }) {
  const titleId = useId();
  return (
    <Paper
      component="section"
      withBorder
      p="lg"
      bg="var(--epsiloscope-panel)"
      aria-labelledby={titleId}
      aria-busy={busy ?? false}
    >
      <Title order={2} id={titleId} mb="md" c="var(--epsiloscope-strong)">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
