/** The engine processes as the services use them: started when needed, started again when they die. */
export { createEngineClient, type EngineClientOptions } from './client.ts';
export { createEnginePool } from './pool.ts';
export { keepLastWords, type EngineExit, type EngineLauncher, type EngineProcess } from './launcher.ts';
export { runLanes, twiceIfEngineDies } from './lanes.ts';
