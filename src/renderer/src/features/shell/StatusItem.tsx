import { Popover, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from '../../components/Icon.tsx';
import classes from './StatusBar.module.css';

interface StatusItemProps {
  /** What the bar shows. */
  readonly label: ReactNode;
  /** Something is missing or failed. */
  readonly caution?: boolean;
  readonly onOpen?: () => void;
  /** What stands behind it, opened by a click. */
  readonly children: ReactNode;
}

/** A fact in the status bar, with its details behind a click. */
export function StatusItem({ label, caution = false, onOpen, children }: StatusItemProps) {
  return (
    <Popover position="top-start" withArrow={false} trapFocus returnFocus {...(onOpen === undefined ? {} : { onOpen })}>
      <Popover.Target>
        <UnstyledButton className={classes['item'] ?? ''} data-caution={caution || undefined}>
          {caution && <Icon name="caution" size={14} />}
          {label}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes['details'] ?? ''}>{children}</Popover.Dropdown>
    </Popover>
  );
}
