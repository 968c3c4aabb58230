import { type ReactNode, useId } from 'react';
import classes from './pictures.module.css';

interface PictureCardProps {
  readonly title: ReactNode;
  /** At the right of the title. */
  readonly aside?: ReactNode;
  readonly caption: ReactNode;
  readonly children: ReactNode;
  /** One line under the picture: figures, a colour bar, the value under the pointer. */
  readonly info: ReactNode;
  readonly tools: ReactNode;
  readonly busy?: boolean;
}

/** Title, picture, one line of figures, one line of tools: alike for all three, so that the pictures stand in line. */
export function PictureCard({ title, aside, caption, children, info, tools, busy = false }: PictureCardProps) {
  const titleId = useId();
  return (
    <section className={classes['card']} aria-labelledby={titleId} aria-busy={busy}>
      <header className={classes['header']}>
        <div className={classes['line']}>
          <h2 id={titleId} className={classes['title']}>
            {title}
          </h2>
          <span>{aside}</span>
        </div>
        <div className={classes['line']}>{caption}</div>
      </header>
      {children}
      <div className={classes['info']}>{info}</div>
      <div className={classes['tools']}>{tools}</div>
    </section>
  );
}

/** Where a picture would be: on its way, or why there is none. */
export function InsteadOfPicture({ children }: { children: ReactNode }) {
  return <div className={classes['instead']}>{children}</div>;
}
