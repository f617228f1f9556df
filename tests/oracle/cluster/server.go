package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// token is what the only user of the server shows. The server listens on loopback,
// and lives as long as the command.
const token = "plimsoll"

// Server is a kube-apiserver with its own etcd, both inside this process.
type Server struct {
	// Config is how clients reach it, as a user who may do everything.
	Config *rest.Config
	folder string
	etcd   *embed.Etcd
}

// foreign are the admission plugins, of those on by default, whose say is not on
// the object itself: they ask whether other objects exist, or change what comes.
// Where verdicts on objects are compared, they are off.
var foreign = []string{
	"NamespaceLifecycle",           // asks whether the namespace exists
	"ServiceAccount",               // needs the controller that makes the account; mounts a token
	"Priority",                     // asks whether the priority class exists; sets spec.priority
	"RuntimeClass",                 // asks whether the runtime class exists; sets spec.overhead
	"DefaultTolerationSeconds",     // adds tolerations to pods
	"TaintNodesByCondition",        // taints nodes that are made
	"StorageObjectInUseProtection", // adds finalizers to volumes and claims
	"PodGroupProtection",           // adds finalizers to groups of pods
}

// keeping are those that are off as well where objects are kept, which some of the
// plugins then hold against others.
var keeping = append([]string{
	"LimitRanger", "ResourceQuota", "PersistentVolumeClaimResize",
	"MutatingAdmissionPolicy", "ValidatingAdmissionPolicy",
	"MutatingAdmissionWebhook", "ValidatingAdmissionWebhook",
}, foreign...)

// Start starts both and waits until the server is ready. Plugins that are on by
// default are on, but for those named.
func Start(without []string, more ...string) (*Server, error) {
	folder, err := os.MkdirTemp("", "plimsoll-cluster")
	if err != nil {
		return nil, err
	}
	server := &Server{folder: folder}
	endpoint, err := server.startEtcd()
	if err == nil {
		err = server.startAPI(endpoint, append(more, "--disable-admission-plugins="+strings.Join(without, ",")))
	}
	if err != nil {
		server.Stop()
		return nil, err
	}
	return server, nil
}

// Stop ends etcd and removes what is on disk; the API server ends with the process.
func (s *Server) Stop() {
	if s.etcd != nil {
		s.etcd.Close()
	}
	_ = os.RemoveAll(s.folder)
}

func (s *Server) startEtcd() (endpoint string, err error) {
	config := embed.NewConfig()
	config.Dir = filepath.Join(s.folder, "etcd")
	config.LogLevel = "error"
	// Nothing here has to outlive the power.
	config.UnsafeNoFsync = true
	urls := make([]url.URL, 2)
	for index := range urls {
		port, err := freePort()
		if err != nil {
			return "", err
		}
		urls[index] = url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}
	}
	config.ListenClientUrls, config.AdvertiseClientUrls = urls[:1], urls[:1]
	config.ListenPeerUrls, config.AdvertisePeerUrls = urls[1:], urls[1:]
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	if s.etcd, err = embed.StartEtcd(config); err != nil {
		return "", err
	}
	select {
	case <-s.etcd.Server.ReadyNotify():
		return urls[0].String(), nil
	case err := <-s.etcd.Err():
		return "", err
	case <-time.After(time.Minute):
		return "", fmt.Errorf("etcd does not become ready")
	}
}

func (s *Server) startAPI(etcd string, more []string) error {
	key, err := s.write("accounts.key", signingKey)
	if err != nil {
		return err
	}
	tokens, err := s.write("tokens.csv", func() ([]byte, error) {
		return []byte(token + ",admin,admin,system:masters\n"), nil
	})
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	command := app.NewAPIServerCommand()
	command.SetArgs(append([]string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", port),
		"--endpoint-reconciler-type=none",
		"--cert-dir=" + s.folder,
		"--service-account-issuer=https://plimsoll.test", "--service-account-key-file=" + key,
		"--service-account-signing-key-file=" + key,
		"--token-auth-file=" + tokens,
		"--authorization-mode=AlwaysAllow",
		"--allow-privileged=true",
		"--service-cluster-ip-range=0.0.0.0/2,fd00::/108",
		"--runtime-config=api/all=true",
		"--enable-priority-and-fairness=false", "--max-requests-inflight=0", "--max-mutating-requests-inflight=0",
		"--v=0",
	}, more...))
	ended := make(chan error, 1)
	go func() { ended <- command.Execute() }()
	s.Config = &rest.Config{
		Host:            fmt.Sprintf("https://127.0.0.1:%d", port),
		BearerToken:     token,
		TLSClientConfig: rest.TLSClientConfig{Insecure: true},
		QPS:             -1,
	}
	return s.wait(ended)
}

// wait returns once the server says that it is ready.
func (s *Server) wait(ended <-chan error) error {
	client, err := rest.HTTPClientFor(s.Config)
	if err != nil {
		return err
	}
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); {
		select {
		case err := <-ended:
			return fmt.Errorf("the API server has ended: %w", err)
		case <-time.After(200 * time.Millisecond):
		}
		response, err := client.Get(s.Config.Host + "/readyz")
		if err != nil {
			continue
		}
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("the API server does not become ready")
}

// write makes a file of the server's folder.
func (s *Server) write(name string, content func() ([]byte, error)) (string, error) {
	data, err := content()
	if err != nil {
		return "", err
	}
	path := filepath.Join(s.folder, name)
	return path, os.WriteFile(path, data, 0o600)
}

func signingKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	data, err := x509.MarshalECPrivateKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: data}), err
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
