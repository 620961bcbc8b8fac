/** Whom a share is with: `with: [bob, group:team, authenticated, anyone]`. */
export namespace Subject {
  export const USER: u8 = 0;
  export const GROUP: u8 = 1;
  /** Any signed-in person. */
  export const AUTHENTICATED: u8 = 2;
  /** Everybody, signed in or not. */
  export const ANYONE: u8 = 3;
}
