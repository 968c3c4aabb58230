import classes from './Hash.module.css';

/** As many digits as tell models, data and fingerprints apart at a look. */
const SHORT = 8;

/** A SHA-256: in full, to be selected and copied, or its first digits with the whole as a tooltip. */
export function Hash({ sha256, short = false }: { sha256: string; short?: boolean }) {
  return (
    <code className={classes['hash']} title={short ? sha256 : undefined}>
      {short ? sha256.slice(0, SHORT) : sha256}
    </code>
  );
}
