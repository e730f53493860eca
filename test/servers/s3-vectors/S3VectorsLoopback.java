import org.apache.catalina.connector.Connector;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Added to S3Mock by --spring.main.sources: binds its further ports, one of which is S3 Vectors', to 127.0.0.1. */
@Configuration(proxyBeanMethods = false)
public class S3VectorsLoopback {
  @Bean
  static BeanPostProcessor loopback() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof TomcatServletWebServerFactory factory)
          for (Connector connector : factory.getAdditionalConnectors()) connector.setProperty("address", "127.0.0.1");
        return bean;
      }
    };
  }
}
