package publish

// Config is the publish section of config.yaml.
type Config struct {
	Dir            string   `yaml:"dir" desc:"folder for the static export; empty: none"`
	Compress       bool     `yaml:"compress" desc:"keep .gz, .br and .zst copies beside the export's larger files, as web servers like to send them"`
	Listen         string   `yaml:"listen" desc:"address of the public listener, as in 127.0.0.1:8080 or unix:/run/wiredesk/http.sock"`
	Admin          string   `yaml:"admin" desc:"address of the operator's listener (/metrics /healthz /readyz); empty: none"`
	Hub            bool     `yaml:"hub" desc:"be a WebSub hub for the topics; by default where the daemon serves site.url by https at a public name"`
	Hubs           []string `yaml:"hubs" desc:"WebSub hubs of others to tell of changes; never of topics with a token"`
	Theme          string   `yaml:"theme" desc:"folder whose templates and style.css replace the built-in ones"`
	TrustedProxies []string `yaml:"trusted_proxies" desc:"networks whose X-Forwarded headers are believed"`
}
