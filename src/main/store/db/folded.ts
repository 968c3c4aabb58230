/** Text as it is searched: whatever the case and Unicode's form. SQLite's own `lower` knows ASCII only. */
export const folded = (text: string): string => text.normalize('NFC').toLowerCase();
