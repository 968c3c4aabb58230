/** Entry of the engine process. */
import { engineMethods } from './methods.ts';
import { runEngineProcess } from './process.ts';

runEngineProcess(engineMethods());
