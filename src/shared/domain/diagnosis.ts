/** The seven diagnoses of HAM10000 in the class order of every model output (Tschandl 2018). */
export const DIAGNOSES = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'] as const;
export type Diagnosis = (typeof DIAGNOSES)[number];

export const CLASS_COUNT = DIAGNOSES.length;

/** Position of a diagnosis in a model's output, 0..6. */
export type ClassIndex = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export const classIndexOf = (diagnosis: Diagnosis): ClassIndex => DIAGNOSES.indexOf(diagnosis) as ClassIndex;

export const isDiagnosis = (text: string): text is Diagnosis => (DIAGNOSES as readonly string[]).includes(text);

/** Malignant or premalignant; a flip from here to a benign class is the dangerous one. */
export const MALIGNANT: readonly ClassIndex[] = [classIndexOf('akiec'), classIndexOf('bcc'), classIndexOf('mel')];
export const BENIGN: readonly ClassIndex[] = [
  classIndexOf('bkl'),
  classIndexOf('df'),
  classIndexOf('nv'),
  classIndexOf('vasc'),
];
export const MELANOMA: ClassIndex = classIndexOf('mel');

export const isMalignant = (index: ClassIndex): boolean => MALIGNANT.includes(index);
export const isMalignantDiagnosis = (diagnosis: Diagnosis): boolean => isMalignant(classIndexOf(diagnosis));

/** The order in which diagnoses are told to people. */
export const MALIGNANT_FIRST: readonly Diagnosis[] = [
  ...DIAGNOSES.filter(isMalignantDiagnosis),
  ...DIAGNOSES.filter((diagnosis) => !isMalignantDiagnosis(diagnosis)),
];

/** A diagnosis with fewer lesions in a sample than this is too few to judge a model by. */
export const FEWEST_LESIONS = 10;

export const DIAGNOSIS_NAMES: Readonly<Record<Diagnosis, string>> = {
  akiec: 'actinic keratosis',
  bcc: 'basal cell carcinoma',
  bkl: 'benign keratosis',
  df: 'dermatofibroma',
  mel: 'melanoma',
  nv: 'nevus',
  vasc: 'vascular lesion',
};
