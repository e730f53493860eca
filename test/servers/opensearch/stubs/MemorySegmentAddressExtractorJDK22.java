package org.opensearch.knn.memoryoptsearch;

import org.apache.lucene.store.IndexInput;

/**
 * Says that vectors are not mapped into memory, so that the k-NN plugin uses Lucene's scorer. Its own needs a
 * native library that is not on Maven Central, and searches would hang.
 */
public class MemorySegmentAddressExtractorJDK22 extends AbstractMemorySegmentAddressExtractor {
  protected Object getMemorySegments(IndexInput input) {
    return null;
  }

  protected long getChunkSizeFromMemorySegment(Object segment) {
    return 0;
  }

  protected long getAddressFromMemorySegment(Object segment) {
    return 0;
  }
}
