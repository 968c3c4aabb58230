import { type ReactNode, useId } from 'react';
import classes from './review.module.css';

/** A small part of the case with its name above it. */
export function Card({ title, aside, children }: { title: string; aside?: string; children: ReactNode }) {
  const titleId = useId();
  return (
    <section className={classes['card']} aria-labelledby={titleId}>
      <header>
        <h2 id={titleId}>{title}</h2>
        {aside !== undefined && aside !== '' && <span>{aside}</span>}
      </header>
      {children}
    </section>
  );
}
