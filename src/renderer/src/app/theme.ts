import { colorsTuple, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The instrument's colours: a near-black neutral ground, so that the photograph is the brightest thing on the screen. */
const token = {
  ground: '#0f1113',
  panel: '#15181b',
  line: '#23282e',
  text: '#d9dde2',
  quiet: '#8a949e',
  strong: '#ffffff',
  action: '#3b82c4',
  caution: '#d8b45a',
} as const;

/** Where Mantine's dark scheme looks: 0 text, 2 dimmed, 3 placeholders, 4 borders, 5 hover, 6 controls, 7 the page. */
const dark: MantineColorsTuple = [
  token.text,
  token.text,
  token.quiet,
  token.quiet,
  token.line,
  token.line,
  token.panel,
  token.ground,
  token.ground,
  token.ground,
];

export const theme = createTheme({
  fontFamily: 'Inter, sans-serif',
  fontFamilyMonospace: 'ui-monospace, Consolas, Menlo, monospace',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '16px', sm: '16px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  defaultRadius: '8px',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '15px', lineHeight: '24px' }, h2: { fontSize: '13px', lineHeight: '20px' } },
  },
  colors: { dark, action: colorsTuple(token.action) },
  primaryColor: 'action',
  respectReducedMotion: true,
});

/** The tokens under names of their own, for style sheets. */
export const tokenVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {},
  dark: {
    '--epsiloscope-panel': token.panel,
    '--epsiloscope-line': token.line,
    '--epsiloscope-strong': token.strong,
    '--epsiloscope-caution': token.caution,
  },
});
