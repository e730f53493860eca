package org.opensearch.protobufs;

/** Named by the k-NN plugin's classes, never called; its jar is not on Maven Central. */
public class QueryContainer {
  public enum QueryContainerCase {}
}
