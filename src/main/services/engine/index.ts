/** The engine process as the services use it: started when needed, started again when it dies. */
export { createEngineClient, type EngineClientOptions } from './client.ts';
export { keepLastWords, type EngineExit, type EngineLauncher, type EngineProcess } from './launcher.ts';
