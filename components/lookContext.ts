import { createContext, useContext } from 'react';
import { createLook, type Look } from './look.ts';

/** How Ink components reach the look; everything else gets it as a parameter. */
export const LookContext = createContext<Look>(createLook({ colour: true, unicode: true }));

/** The look of the terminal that this tree is drawn on. */
export const useLook = (): Look => useContext(LookContext);
