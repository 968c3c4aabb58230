/** Texts of the connection to the program, in English. */
export const texts = {
  ended: 'the program has ended.',
  lost: 'the connection to the program was lost.',
  replaced: 'this page was opened again in another tab or window.',
  noCode: 'its address was opened by hand. Open the page from the terminal in which Epsiloscope runs.',
  codeRefused:
    'it was opened too late, or for the second time. Open it again from the terminal in which Epsiloscope runs.',
} as const;
