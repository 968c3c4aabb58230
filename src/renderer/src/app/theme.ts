import {
  colorsTuple,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';
import type { Settings } from '../../../shared/contract/app/program.ts';

/** An instrument's colours: a near-black neutral ground, so that the photograph is the brightest thing on the screen. */
const DARK = {
  ground: '#0f1113',
  panel: '#15181b',
  raised: '#1d2226',
  line: '#23282e',
  edge: '#5f6973',
  text: '#d9dde2',
  quiet: '#8a949e',
  strong: '#ffffff',
  first: '#e8a14a',
  second: '#4fb7c4',
  malignant: '#6b3550',
  'malignant-stripe': '#7f4463',
  benign: '#2c3a45',
  action: '#3b82c4',
  caution: '#d8b45a',
} as const;

const LIGHT: Readonly<Record<keyof typeof DARK, string>> = {
  ground: '#f3f5f6',
  panel: '#ffffff',
  raised: '#e9edf0',
  line: '#d3d9de',
  edge: '#848e96',
  text: '#23282e',
  quiet: '#59636d',
  strong: '#000000',
  first: '#955500',
  second: '#0c6974',
  malignant: '#e6bfd0',
  'malignant-stripe': '#d7a3ba',
  benign: '#d5dfe6',
  action: '#1f66a8',
  caution: '#775900',
};

/** Where Mantine's dark scheme looks: 0 text, 2 dimmed, 3 placeholders, 4 borders, 5 hover, 6 controls, 7 the page. */
const dark: MantineColorsTuple = [
  DARK.text,
  DARK.text,
  DARK.quiet,
  DARK.quiet,
  DARK.line,
  DARK.line,
  DARK.panel,
  DARK.ground,
  DARK.ground,
  DARK.ground,
];

/** The ground of filled controls: a shade darker than the token, so that white words on it have 4.5:1. */
const FILLED = '#3577b6';

/** Shade 8 is the one that both schemes use. */
const action: MantineColorsTuple = colorsTuple(FILLED);

/** Sizes of the two densities; everything else is the same. */
const DENSITIES = {
  comfortable: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  compact: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
} as const;

/** Hairlines part what lies above from what lies below. */
const NO_SHADOWS = { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' } as const;

/** Nothing moves for longer than 120 ms. */
const transitionProps = { duration: 100 } as const;
const components: NonNullable<MantineThemeOverride['components']> = {
  Menu: { defaultProps: { transitionProps } },
  Modal: { defaultProps: { transitionProps } },
  Popover: { defaultProps: { transitionProps } },
  Tooltip: { defaultProps: { transitionProps } },
  // On the ground of the page it would not be seen where a control begins and ends.
  SegmentedControl: { styles: { root: { border: '1px solid var(--epsiloscope-edge)' } } },
  // What explains or refuses an entry is as large as other quiet text.
  InputWrapper: {
    vars: () => ({
      description: { '--input-description-size': 'var(--mantine-font-size-sm)' },
      error: { '--input-error-size': 'var(--mantine-font-size-sm)' },
    }),
  },
};

export const themeOf = ({ density }: Pick<Settings, 'density'>): MantineThemeOverride =>
  createTheme({
    fontFamily: 'Inter, sans-serif',
    fontFamilyMonospace: 'ui-monospace, Consolas, Menlo, monospace',
    fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
    lineHeights: { xs: '16px', sm: '16px', md: '20px', lg: '24px', xl: '28px' },
    spacing: DENSITIES[density],
    defaultRadius: '8px',
    headings: {
      fontWeight: '600',
      sizes: { h1: { fontSize: '15px', lineHeight: '24px' }, h2: { fontSize: '13px', lineHeight: '20px' } },
    },
    colors: { dark, action },
    primaryColor: 'action',
    primaryShade: { light: 8, dark: 8 },
    respectReducedMotion: true,
    shadows: NO_SHADOWS,
    components,
  });

const variables = (tokens: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tokens).map(([name, value]) => [`--epsiloscope-${name}`, value]));

/** The tokens under names of their own, for style sheets: `var(--epsiloscope-panel)`. */
export const tokenVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...variables(LIGHT),
    '--mantine-color-body': LIGHT.ground,
    '--mantine-color-text': LIGHT.text,
    '--mantine-color-dimmed': LIGHT.quiet,
    '--mantine-color-placeholder': LIGHT.quiet,
    '--mantine-color-default-border': LIGHT.line,
    '--mantine-color-error': LIGHT.caution,
    '--mantine-primary-color-filled': LIGHT.action,
  },
  dark: { ...variables(DARK), '--mantine-color-placeholder': DARK.quiet, '--mantine-color-error': DARK.caution },
});
