import { Button, Stack } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Explained } from './Explained.tsx';

interface BoundaryProps {
  /** Names what is shown inside: once it is something else, it is tried again. */
  readonly content: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error: Error | null;
}

/** Keeps a defect in one part of the page from taking the rest along. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override readonly state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (this.state.error !== null && before.content !== this.props.content) this.setState({ error: null });
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <Broken error={error} />;
  }
}

function Broken({ error }: { error: Error }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" p="xl" maw={720} align="flex-start" role="alert">
      <Explained
        happened={t('error.brokenView', { reason: error.message })}
        kept={t('error.brokenViewKept')}
        toDo={t('error.brokenViewToDo')}
      />
      <Button
        onClick={() => {
          window.location.reload();
        }}
      >
        {t('loadAgain')}
      </Button>
    </Stack>
  );
}
