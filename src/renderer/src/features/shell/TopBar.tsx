import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSession } from '../../api/queries.ts';
import { BlindSwitch } from './BlindSwitch.tsx';
import { ReviewerMenu } from './ReviewerMenu.tsx';
import classes from './TopBar.module.css';

interface TopBarProps {
  /** What the view shows, in words; it becomes the heading of the page. */
  readonly title: ReactNode;
  /** The view's own controls, from its left to its right. */
  readonly actions?: ReactNode;
}

/** The bar that every view begins with; who reads, and whether blind, stands at its right end. */
export function TopBar({ title, actions }: TopBarProps) {
  const { data: session } = useSession();
  const workspace = session?.workspace ?? null;
  return (
    <header className={classes['bar']}>
      <Title order={1} className={classes['title'] ?? ''}>
        {title}
      </Title>
      <div className={classes['controls']}>
        {actions}
        {workspace !== null && (
          <>
            <BlindSwitch />
            <ReviewerMenu />
          </>
        )}
      </div>
    </header>
  );
}
