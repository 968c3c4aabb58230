import type { ReactNode } from 'react';
import classes from './models.module.css';

/** A titled part of a card. */
export function CardPart({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes['part']}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
