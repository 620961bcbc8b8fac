/** The versions that are tested together. The pins in requirements/ and docker-compose.yml say the same; a test holds that. */
export const ENVOY_VERSION = "1.40.0";
export const ENVOY_OLDEST = "1.36.0";
export const RADICALE_VERSION = "3.9.0";
