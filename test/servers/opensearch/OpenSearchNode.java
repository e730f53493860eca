import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * Starts one OpenSearch node on 127.0.0.1 from the jars on the class path.
 *
 *   java -cp 'classes:lib/*' OpenSearchNode FOLDER PORT [setting=value ...]
 */
public class OpenSearchNode {
  private static final String PAINLESS = "org.opensearch.painless.PainlessModulePlugin";

  private static PluginInfo plugin(String name, String... extended) {
    return new PluginInfo(name, "from the class path", Version.CURRENT.toString(), Version.CURRENT, "21", name, null,
        List.of(extended), false);
  }

  private static final class Embedded extends Node {
    Embedded(Environment environment, Collection<PluginInfo> plugins) {
      super(environment, plugins, true);
    }
  }

  public static void main(String[] words) throws Exception {
    Path home = Path.of(words[0]).toAbsolutePath();
    for (String folder : List.of("data", "logs", "config")) Files.createDirectories(home.resolve(folder));
    Settings.Builder settings = Settings.builder()
        .put("path.home", home.toString())
        .put("path.data", home.resolve("data").toString())
        .put("path.logs", home.resolve("logs").toString())
        .put("cluster.name", "test")
        .put("node.name", "node")
        .put("discovery.type", "single-node")
        .put("network.host", "127.0.0.1")
        .put("http.port", words[1])
        .put("transport.port", "0")
        .put("transport.type", "netty4")
        .put("http.type", "netty4")
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        // The serial collector frees memory late, so a breaker on the memory in use would answer 429.
        .put("indices.breaker.total.use_real_memory", false);
    for (int index = 2; index < words.length; index++) {
      int end = words[index].indexOf('=');
      settings.put(words[index].substring(0, end), words[index].substring(end + 1));
    }
    Environment environment = InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(),
        home.resolve("config"), () -> "node");
    LogConfigurator.setNodeName("node");
    Node node = new Embedded(environment, List.of(
        plugin("org.opensearch.transport.Netty4ModulePlugin"),
        plugin(PAINLESS),
        plugin("org.opensearch.index.reindex.ReindexModulePlugin"),
        plugin("org.opensearch.analysis.common.CommonAnalysisModulePlugin", PAINLESS),
        plugin("org.opensearch.knn.plugin.KNNPlugin", PAINLESS)));
    node.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        node.close();
      } catch (Exception error) {
        error.printStackTrace();
      }
    }));
    new CountDownLatch(1).await();
  }
}
