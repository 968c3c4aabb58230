/** The names that the page and the program must agree on before they understand each other. */

/** The one message by which a page under Electron hands its MessagePort, through the preload, to the program. */
export const PORT_HANDOVER = 'epsiloscope:port';

/** Code under which an EpsiloscopeError reaches the page; its data is the WireError. */
export const EXPLAINED_ERROR = 'EPSILOSCOPE';
