package org.opensearch.transport.grpc.spi;

/** Named by the k-NN plugin's classes, never called; its jar is not on Maven Central. */
public interface QueryBuilderProtoConverter {}
