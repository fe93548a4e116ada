/** The package's public face. */
export * from "./arguments";
export { HarborCluster } from "./harbor-cluster";
export type { ClusterDnsRecord, ClusterNodeAddress, ClusterRelease } from "./outputs";
